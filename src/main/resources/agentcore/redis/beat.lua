#!lua flags=allow-oom
-- Refreshes a server's lease, also where Redis has no memory for other writes, and probes the server's news.
-- KEYS 1 servers (sorted set: id -> time, ms)  2 numbers (hash: number -> id of the server that has it)
-- ARGV 1 server  2 lease, ms  3 pub/sub channel of the server's own  4 the number that it has, -1 for none
--      5 the number of this request
-- Returns {whether it had a lease, ids of the dead, the time of Redis in ms, the server's number, how many heard, ARGV 5}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease = tonumber(ARGV[2])
local known = redis.call('ZSCORE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[1], now, ARGV[1])
local number = tonumber(ARGV[4])
if number < 0 or redis.call('HGET', KEYS[2], number) ~= ARGV[1] then
  -- The lowest number of all that no living server has.
  number = -1
  local holder
  repeat
    number = number + 1
    holder = redis.call('HGET', KEYS[2], number)
  until not holder or not redis.call('ZSCORE', KEYS[1], holder)
  redis.call('HSET', KEYS[2], number, ARGV[1])
end
local dead = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%d', now - lease))
-- The clock of Redis was set back: who lives has said so by the new time since.
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], string.format('%d', now + lease), '+inf')) do
  dead[#dead + 1] = id
end
return {known and 1 or 0, dead, now, number, redis.call('PUBLISH', ARGV[3], '1'), ARGV[5]}
