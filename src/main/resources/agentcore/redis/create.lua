-- Adds a room to the directory if no other has its name.
-- KEYS 1 directory (hash: name -> id, public, creator)   ARGV 1 name  2 value  3 rooms in all, '' for any number
-- Returns CREATED, EXISTS or FULL.
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return 'EXISTS' end
if ARGV[3] ~= '' and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[3]) then return 'FULL' end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 'CREATED'
