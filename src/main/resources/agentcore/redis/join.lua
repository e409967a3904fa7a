-- Adds a member and publishes an announcement, unless the group is full or was removed.
-- The server's index and the group share a hash tag, so a membership and its entry there are written in one step: a server
-- that removes this one when it is dead finds every membership.
-- KEYS 1 members (hash: channel -> server, time, user, join, will)  2 state (hash: open; empty, since when in ms)
--      3 evictions (hash: channel -> message)  4 the server's index (set of memberships)
--      5 the record of the group's log (see publish.lua)
-- ARGV 1 channel of the member  2 server  3 user  4 will  5 capacity  6 '1': a new member; '0': its server writes it again
--      7 pub/sub channel  8 message, '' for none  9 maximum of members for the message  10 '1': the group is a room
--      11 deadline in the time of Redis, ms: the caller has given up by then
--      12 join: tells the channel's memberships apart  13 the membership in the index
-- Returns {outcome, members, epoch, seq, id}; outcome: JOINED, ALREADY, FULL, GONE or LATE; the position of the group's
-- log for a member of a group that is no room, else and without a log {'', 0, ''}; or {'EVICTED', message} if the server
-- has missed an eviction.
local time = redis.call('TIME')
if time[1] * 1000 + math.floor(time[2] / 1000) > tonumber(ARGV[11]) then return {'LATE', 0, '', 0, ''} end
local count = redis.call('HLEN', KEYS[1])
if ARGV[10] == '1' and ARGV[6] == '1' and redis.call('HEXISTS', KEYS[2], 'open') == 0 then return {'GONE', 0, '', 0, ''} end
if ARGV[6] == '0' then
  local message = redis.call('HGET', KEYS[3], ARGV[1])
  if message and string.match(message, '^S\nEVICT\n[^\n]*\n[^\n]*\n([^\n]*)\n') == ARGV[12] then
    return {'EVICTED', message}
  end
end
local log = ARGV[10] == '1' and {} or redis.call('HMGET', KEYS[5], 'e', 's', 'i')
local function joined(outcome, members) return {outcome, members, log[1] or '', log[2] or '0', log[3] or ''} end
-- SADD and HSET come first: a Redis without memory refuses only a script's first write, and accepts any write after HDEL.
local function value(micros) return table.concat({ARGV[2], micros, ARGV[3], ARGV[12], ARGV[4]}, '\n') end
local old = redis.call('HGET', KEYS[1], ARGV[1])
if old then
  -- A later join has replaced the one that the server writes again.
  if ARGV[6] == '0' and string.match(old, '^[^\n]*\n[^\n]*\n[^\n]*\n([^\n]*)\n') ~= ARGV[12] then
    return {'ALREADY', count, '', 0, ''}
  end
  redis.call('SADD', KEYS[4], ARGV[13])
  redis.call('HSET', KEYS[1], ARGV[1], value(string.match(old, '^[^\n]*\n(%d+)')))
  if ARGV[6] == '1' then redis.call('HDEL', KEYS[3], ARGV[1]) end
  return joined('ALREADY', count)
end
if count >= tonumber(ARGV[5]) then return {'FULL', count, '', 0, ''} end
redis.call('SADD', KEYS[4], ARGV[13])
redis.call('HSET', KEYS[1], ARGV[1], value(time[1] .. string.format('%06d', time[2])))
redis.call('HDEL', KEYS[2], 'empty')
if ARGV[6] == '1' then redis.call('HDEL', KEYS[3], ARGV[1]) end
if ARGV[8] ~= '' and count + 1 <= tonumber(ARGV[9]) then redis.call('SPUBLISH', ARGV[7], ARGV[8]) end
return joined('JOINED', count + 1)
