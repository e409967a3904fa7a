-- Makes sure that a group has a log's record, and keeps it for another while.
-- KEYS 1 log  2 record (see publish.lua)
-- ARGV 1 nonce for a new epoch  2 record's time, ms  3 4 epoch and seq that the server knows
-- Returns {epoch, seq, id} of the top.
local m = redis.call('HMGET', KEYS[2], 'e', 's', 'i')
if not m[1] then
  local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
  local tip = #last == 1 and tonumber(string.match(last[1][1], '^(%d+)')) or 0
  local top = math.max(tip, tonumber(ARGV[4]))
  m = {((tonumber(string.match(ARGV[3], '^(%d+)%.') or '0')) + 1) .. '.' .. ARGV[1], top, ''}
  redis.call('HSET', KEYS[2], 'e', m[1], 's', top, 'i', '', 'b', top)
end
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return {m[1], tonumber(m[2]), m[3] or ''}
