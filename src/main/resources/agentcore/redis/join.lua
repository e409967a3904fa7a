-- Makes a connection a member, unless the group is full or no more, and tells.
-- KEYS 1 members (hash: channel -> server, time, user, join, will)  2 state (hash: open; empty, since when in ms)
--      3 evictions (hash: channel -> what was told)
-- ARGV 1 channel  2 server  3 user  4 will  5 capacity  6 '1': a new member; '0': its server writes it again
--      7 pub/sub channel  8 what is told, '' for nothing  9 the greatest group that is told  10 '1': the group is a room
--      11 not after this time of Redis, ms: whoever asked has given up by then
--      12 the join: which of the channel's memberships it is
-- Returns {outcome, members}; outcome: JOINED, ALREADY, FULL, GONE or LATE; or {'EVICTED', what was told}, which the
-- server missed.
local time = redis.call('TIME')
if time[1] * 1000 + math.floor(time[2] / 1000) > tonumber(ARGV[11]) then return {'LATE', 0} end
local count = redis.call('HLEN', KEYS[1])
if ARGV[10] == '1' and ARGV[6] == '1' and redis.call('HEXISTS', KEYS[2], 'open') == 0 then return {'GONE', 0} end
if ARGV[6] == '0' then
  local told = redis.call('HGET', KEYS[3], ARGV[1])
  if told and string.match(told, '^S\nEVICT\n[^\n]*\n[^\n]*\n([^\n]*)\n') == ARGV[12] then return {'EVICTED', told} end
end
-- HSET is the first write: Redis refuses a script for want of memory only at the first one, and takes any after HDEL.
local function value(micros) return table.concat({ARGV[2], micros, ARGV[3], ARGV[12], ARGV[4]}, '\n') end
local old = redis.call('HGET', KEYS[1], ARGV[1])
if old then
  -- Its server writes again what was replaced by a later join meanwhile.
  if ARGV[6] == '0' and string.match(old, '^[^\n]*\n[^\n]*\n[^\n]*\n([^\n]*)\n') ~= ARGV[12] then
    return {'ALREADY', count}
  end
  redis.call('HSET', KEYS[1], ARGV[1], value(string.match(old, '^[^\n]*\n(%d+)')))
  if ARGV[6] == '1' then redis.call('HDEL', KEYS[3], ARGV[1]) end
  return {'ALREADY', count}
end
if count >= tonumber(ARGV[5]) then return {'FULL', count} end
redis.call('HSET', KEYS[1], ARGV[1], value(time[1] .. string.format('%06d', time[2])))
redis.call('HDEL', KEYS[2], 'empty')
if ARGV[6] == '1' then redis.call('HDEL', KEYS[3], ARGV[1]) end
if ARGV[8] ~= '' and count + 1 <= tonumber(ARGV[9]) then redis.call('PUBLISH', ARGV[7], ARGV[8]) end
return {'JOINED', count + 1}
