-- Removes a room from the directory if its name still refers to it.
-- KEYS 1 directory  2 creators (see create.lua)   ARGV 1 name  2 value  3 creator, '' for the server
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[1], ARGV[1])
if ARGV[3] ~= '' and redis.call('HINCRBY', KEYS[2], ARGV[3], -1) <= 0 then redis.call('HDEL', KEYS[2], ARGV[3]) end
return 1
