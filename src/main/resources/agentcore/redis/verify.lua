-- Checks whether groups of one partition still have a member that a server knows: Redis may have evicted the keys.
-- KEYS 1 the server's index  2 members of the first group (see join.lua)  3 its state  4 members of the second, and so on
-- ARGV for each group: a channel in it, its membership in the index, and '1' if it is a room
-- Returns the places, from 0, of the groups that have lost the member, or whose member the index has lost.
local lost = {}
for group = 0, #ARGV / 3 - 1 do
  local members, state = KEYS[2 * group + 2], KEYS[2 * group + 3]
  local channel, membership, room = ARGV[3 * group + 1], ARGV[3 * group + 2], ARGV[3 * group + 3]
  if redis.call('HEXISTS', members, channel) == 0
    or redis.call('SISMEMBER', KEYS[1], membership) == 0
    or (room == '1' and redis.call('HEXISTS', state, 'open') == 0) then
    lost[#lost + 1] = group
  end
end
return lost
