-- Makes sure that a group has a log's record, and keeps it for another while.
-- KEYS 1 log  2 record (see publish.lua)
-- ARGV 1 nonce for a new epoch  2 record's time, ms  3 4 epoch and seq that the server knows
-- Returns {epoch, seq, id} of the top.
local function generation(e) return tonumber(string.match(e or '', '^(%d+)%.') or '0') end
local m = redis.call('HMGET', KEYS[2], 'e', 's', 'i')
-- None, or one that somebody made who did not know of the log that this server knows.
if not m[1] or (ARGV[3] ~= m[1] and generation(m[1]) <= generation(ARGV[3])) then
  local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
  local tip = #last == 1 and tonumber(string.match(last[1][1], '^(%d+)')) or 0
  local top = math.max(tip, tonumber(m[2] or '0'), tonumber(ARGV[4]))
  m = {(generation(ARGV[3]) + 1) .. '.' .. ARGV[1], top, ''}
  redis.call('HSET', KEYS[2], 'e', m[1], 's', top, 'i', '', 'b', top)
end
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return {m[1], tonumber(m[2]), m[3] or ''}
