-- Sets a value in a set of a user if it is the expected one, and publishes a notice, in one step.
-- KEYS 1 set (hash)
-- ARGV 1 name  2 '1': a value is expected; '0': none  3 the expected value  4 value  5 maximum of values
--      6 time to live, ms  7 channel  8 message, '' for none
--      9 deadline in the time of Redis, ms: the caller has given up by then
-- Returns SET, OTHER (not the expected value), FULL or LATE.
local time = redis.call('TIME')
if time[1] * 1000 + math.floor(time[2] / 1000) > tonumber(ARGV[9]) then return 'LATE' end
local now = redis.call('HGET', KEYS[1], ARGV[1])
if (ARGV[2] == '1') ~= (now and true or false) or (now and now ~= ARGV[3]) then return 'OTHER' end
if not now and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[5]) then return 'FULL' end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[6])
if ARGV[8] ~= '' then redis.call('SPUBLISH', ARGV[7], ARGV[8]) end
return 'SET'
