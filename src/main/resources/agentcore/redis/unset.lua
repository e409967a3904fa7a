-- Removes a value from a set of a user, and publishes a notice if there was one, in one step.
-- KEYS 1 set (hash)
-- ARGV 1 name  2 time to live, ms  3 channel  4 message, '' for none
-- Returns whether there was one: 1 or 0.
if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
if ARGV[4] ~= '' then redis.call('SPUBLISH', ARGV[3], ARGV[4]) end
return 1
