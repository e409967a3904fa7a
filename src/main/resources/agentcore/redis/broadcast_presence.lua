-- Publishes a notice of presence unless the group is too large.
-- KEYS 1 members (see join.lua)   ARGV 1 channel  2 message  3 maximum of members
if redis.call('HLEN', KEYS[1]) <= tonumber(ARGV[3]) then redis.call('SPUBLISH', ARGV[1], ARGV[2]) end
return 1
