-- Invites a user to a room unless it has its maximum of invitations.
-- KEYS 1 invitations (set)  2 state (see join.lua)   ARGV 1 user  2 maximum of invitations
-- Returns 1 if the user is invited now, or the room does not exist any more.
if redis.call('HEXISTS', KEYS[2], 'open') == 0 then return 1 end
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 1 then return 1 end
if redis.call('SCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
return redis.call('SADD', KEYS[1], ARGV[1])
