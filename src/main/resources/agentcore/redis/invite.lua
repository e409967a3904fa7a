-- Invites a user to a room, unless it has as many invitations as it may.
-- KEYS 1 invitations (set)  2 state (see join.lua)   ARGV 1 user  2 invitations of one room
-- Returns 1 where the user is invited now, or the room is no more.
if redis.call('HEXISTS', KEYS[2], 'open') == 0 then return 1 end
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 1 then return 1 end
if redis.call('SCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
return redis.call('SADD', KEYS[1], ARGV[1])
