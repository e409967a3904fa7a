-- Creates a log's record if there is none, and extends its life.
-- KEYS 1 log  2 record (see publish.lua)
-- ARGV 1 nonce for a new epoch  2 record's time to live, ms  3 4 5 epoch, seq and id that the server knows  6 channel
-- Returns {epoch, seq, id} of the newest entry.
local function generation(e) return tonumber(string.match(e or '', '^(%d+)%.') or '0') end
local m = redis.call('HMGET', KEYS[2], 'e', 's', 'i', 'b')
-- No record, or one created by a server that did not know the log that this server knows.
local broken = not m[1] or (ARGV[3] ~= m[1] and generation(m[1]) <= generation(ARGV[3]))
  -- Or the server has written to another primary after this epoch had begun.
  or (generation(m[1]) > generation(ARGV[3]) and tonumber(ARGV[4]) > tonumber(m[4] or '0'))
-- Or a record that was rolled back: a new epoch also informs servers that never received the lost entries.
if not broken and ARGV[3] == m[1] then
  local known, top, at = tonumber(ARGV[4]), tonumber(m[2]), m[3] or ''
  if known < top then
    local e = redis.call('XRANGE', KEYS[1], string.format('%d-0', known), string.format('%d-0', known))
    at = #e == 1 and e[1][2][2] or ARGV[5]
  end
  broken = known > top or (ARGV[5] ~= '' and at ~= ARGV[5])
end
if broken then
  local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
  local tip = #last == 1 and tonumber(string.match(last[1][1], '^(%d+)')) or 0
  local top = math.max(tip, tonumber(m[2] or '0'), tonumber(ARGV[4]))
  m = {(math.max(generation(m[1]), generation(ARGV[3])) + 1) .. '.' .. ARGV[1], top, ''}
  redis.call('HSET', KEYS[2], 'e', m[1], 's', top, 'i', '', 'b', top)
  -- Where the old epoch was known, others must read the log: no entry may follow soon.
  if top > 0 then redis.call('SPUBLISH', ARGV[6], 'G') end
end
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return {m[1], tonumber(m[2]), m[3] or ''}
