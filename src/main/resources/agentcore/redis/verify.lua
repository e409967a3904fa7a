-- Checks whether groups still have a member that a server knows: Redis may have evicted the keys.
-- KEYS 1 members of the first group (see join.lua)  2 its state  3 members of the second, and so on
-- ARGV 1 a channel in the first  2 '1': it is a room  3 a channel in the second, and so on
-- Returns the indexes, from 0, of the groups that have lost the member.
local lost = {}
for i = 1, #KEYS, 2 do
  if redis.call('HEXISTS', KEYS[i], ARGV[i]) == 0
    or (ARGV[i + 1] == '1' and redis.call('HEXISTS', KEYS[i + 1], 'open') == 0) then
    lost[#lost + 1] = (i - 1) / 2
  end
end
return lost
