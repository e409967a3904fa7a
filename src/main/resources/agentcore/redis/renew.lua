#!lua flags=allow-oom
-- Renews a server's lease, even when Redis has no memory for other writes.
-- KEYS 1 servers (sorted set: id -> time, ms)  2 numbers (hash: number -> id of the server that has it)
-- ARGV 1 server  2 lease, ms  3 the server's number, -1 for none  4 the number of this request
-- Returns {whether it had a lease, ids of dead servers, time of Redis in ms, the server's number, ARGV 4}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease = tonumber(ARGV[2])
local known = redis.call('ZSCORE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[1], now, ARGV[1])
local number = tonumber(ARGV[3])
if number < 0 or redis.call('HGET', KEYS[2], number) ~= ARGV[1] then
  -- Take the lowest number that no living server has.
  number = -1
  local holder
  repeat
    number = number + 1
    holder = redis.call('HGET', KEYS[2], number)
  until not holder or not redis.call('ZSCORE', KEYS[1], holder)
  redis.call('HSET', KEYS[2], number, ARGV[1])
end
local dead = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%d', now - lease))
-- If the clock of Redis was set back, living servers have renewed their leases in the new time.
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], string.format('%d', now + lease), '+inf')) do
  dead[#dead + 1] = id
end
return {known and 1 or 0, dead, now, number, ARGV[4]}
