-- Ends a membership and tells: whoever ends it tells, once.
-- KEYS 1 members  2 state (see join.lua)  3 last seen (sorted set: user -> time, ms)  4 evictions (see join.lua)
-- ARGV 1 channel  2 only if it belongs to this server, '' for any  3 pub/sub channel
--      4 what is told: '' for nothing, 'W' for the member's will  5 the greatest group that is told
--      6 '1': the group is a room  7 not after this time of Redis, ms: whoever asked has given up by then
--      8 whose group it is, '' where it is no user's  9 of so many users it is remembered when they were last seen
--      10 only this join of the channel: not a membership that began since
-- Returns 1 where it was a member, 0 where not, or LATE.
local time = redis.call('TIME')
local millis = time[1] .. string.format('%03d', math.floor(time[2] / 1000))
if tonumber(millis) > tonumber(ARGV[7]) then return 'LATE' end
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
local told = ARGV[4]
if told == 'W' then
  told = ''
  if will ~= '' then
    local seconds = string.sub(millis, 1, -4) .. '.' .. string.sub(millis, -3)
    told = table.concat({'S', 'PRESENCE', '', ARGV[1], '',
      string.sub(will, 1, -2) .. ',"timestamp":' .. seconds .. '}'}, '\n')
  end
end
local presence = string.sub(told, 1, 11) == 'S\nPRESENCE\n'
if string.sub(told, 1, 8) == 'S\nEVICT\n' then
  redis.call('HSET', KEYS[4], ARGV[1], told)
  redis.call('EXPIRE', KEYS[4], 86400)
end
if told ~= '' and (not presence or count <= tonumber(ARGV[5])) then redis.call('PUBLISH', ARGV[3], told) end
return 1
