-- Allows a room's group to have members.   KEYS 1 state (see join.lua)
if redis.call('HEXISTS', KEYS[1], 'open') == 1 then return 1 end
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], 'open', 1, 'empty', time[1] .. string.format('%03d', math.floor(time[2] / 1000)))
return 1
