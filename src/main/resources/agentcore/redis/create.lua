-- Adds a room to the directory unless its name is taken.
-- KEYS 1 directory (hash: name -> id, public, creator)  2 creators (hash: user -> rooms created by that user)
-- ARGV 1 name  2 value  3 creator, '' for the server  4 maximum of rooms  5 maximum of the creator's rooms; '' for no limit
-- Returns CREATED, EXISTS, FULL or TOO_MANY.
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return 'EXISTS' end
if ARGV[4] ~= '' and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[4]) then return 'FULL' end
if ARGV[5] ~= '' and tonumber(redis.call('HGET', KEYS[2], ARGV[3]) or '0') >= tonumber(ARGV[5]) then
  return 'TOO_MANY'
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
if ARGV[3] ~= '' then redis.call('HINCRBY', KEYS[2], ARGV[3], 1) end
return 'CREATED'
