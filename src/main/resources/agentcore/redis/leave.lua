-- Removes a member and publishes an announcement, in one step, so that it is announced exactly once. Its entry in the
-- server's index goes in the same step, also if the membership is gone: then the index is behind.
-- KEYS 1 members  2 state (see join.lua)  3 last seen (sorted set: user -> time, ms), of the users of this partition
--      4 evictions  5 the index of the server that ends it, or whose membership it is (see join.lua)
-- ARGV 1 channel of the member  2 only if it belongs to this server, '' for any  3 pub/sub channel
--      4 message: '' for none, 'W' for the member's will, in which NUL stands for the time in seconds
--      5 maximum of members for a notice of presence  6 '1': the group is a room
--      7 deadline in the time of Redis, ms: the caller has given up by then
--      8 the user whose group it is, '' for other groups  9 how many users' last visits are kept
--      10 only this join of the channel, not a later membership  11 the membership in the index
-- Returns 1 if it was a member, 0 if not, or LATE.
local time = redis.call('TIME')
local millis = time[1] .. string.format('%03d', math.floor(time[2] / 1000))
if tonumber(millis) > tonumber(ARGV[7]) then return 'LATE' end
redis.call('SREM', KEYS[5], ARGV[11])
local value = redis.call('HGET', KEYS[1], ARGV[1])
if not value then return 0 end
local server, join, will = string.match(value, '^([^\n]*)\n[^\n]*\n[^\n]*\n([^\n]*)\n(.*)$')
if join ~= ARGV[10] then return 0 end
if ARGV[2] ~= '' and ARGV[2] ~= server then return 0 end
local count = redis.call('HLEN', KEYS[1])
redis.call('HDEL', KEYS[1], ARGV[1])
if count == 1 and ARGV[6] == '1' and redis.call('HEXISTS', KEYS[2], 'open') == 1 then
  redis.call('HSET', KEYS[2], 'empty', millis)
end
if count == 1 and ARGV[8] ~= '' then
  redis.call('ZADD', KEYS[3], millis, ARGV[8])
  redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -1 - ARGV[9])
end
local message = ARGV[4]
if message == 'W' then
  local seconds = string.sub(millis, 1, -4) .. '.' .. string.sub(millis, -3)
  local text = string.gsub(will, '%z', seconds)
  message = text ~= '' and table.concat({'S', 'PRESENCE', '', ARGV[1], '', text}, '\n') or ''
end
local presence = string.sub(message, 1, 11) == 'S\nPRESENCE\n'
if string.sub(message, 1, 8) == 'S\nEVICT\n' then
  redis.call('HSET', KEYS[4], ARGV[1], message)
  redis.call('EXPIRE', KEYS[4], 86400)
end
if message ~= '' and (not presence or count <= tonumber(ARGV[5])) then redis.call('SPUBLISH', ARGV[3], message) end
return 1
