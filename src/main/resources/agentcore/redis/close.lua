-- Removes a group that has been empty for long enough, with everything that belongs to it. Its name is removed afterwards,
-- by forget.lua in another hash slot: until then a join finds no open group (GONE), and creates the room again or fails.
-- KEYS 1 members  2 state (see join.lua)  3 log  4 record  5 invitations  6 evictions   ARGV 1 how long, ms
-- Returns 1 if the group does not exist any more.
if redis.call('HLEN', KEYS[1]) > 0 then return 0 end
local empty = redis.call('HGET', KEYS[2], 'empty')
if empty then
  local time = redis.call('TIME')
  if time[1] * 1000 + math.floor(time[2] / 1000) - tonumber(empty) < tonumber(ARGV[1]) then return 0 end
end
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6])
return 1
