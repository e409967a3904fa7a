-- Tells a hint of presence, unless the group is too large for it.
-- KEYS 1 members (see join.lua)   ARGV 1 pub/sub channel  2 what is told  3 the greatest group that is told
if redis.call('HLEN', KEYS[1]) <= tonumber(ARGV[3]) then redis.call('PUBLISH', ARGV[1], ARGV[2]) end
return 1
