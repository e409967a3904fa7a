-- Allows a room's group to have members. The directory is in another hash slot, so this and create.lua are two steps. This
-- one is first: a room that can be found can be joined. If the second fails, a state without a room is left, which nobody
-- can find; the caller deletes it, or it stays as one small key.
-- KEYS 1 state (see join.lua)
if redis.call('HEXISTS', KEYS[1], 'open') == 1 then return 1 end
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], 'open', 1, 'empty', time[1] .. string.format('%03d', math.floor(time[2] / 1000)))
return 1
