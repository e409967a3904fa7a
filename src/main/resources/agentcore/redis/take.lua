-- Takes tokens from a bucket that fills with time (J. Turner's leaky bucket, 1986), or gives tokens back.
-- KEYS 1 bucket (hash: t tokens, m time in ms)   ARGV 1 tokens wanted; negative: tokens given back  2 capacity  3 tokens per ms
-- Returns {tokens taken, ms until there is a token}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wanted, capacity, rate = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local old = redis.call('HMGET', KEYS[1], 't', 'm')
local tokens = capacity
if old[1] then tokens = math.min(capacity, tonumber(old[1]) + math.max(0, now - tonumber(old[2])) * rate) end
local taken = math.min(wanted, math.floor(tokens))
tokens = math.min(capacity, tokens - taken)
redis.call('HSET', KEYS[1], 't', string.format('%.6f', tokens), 'm', string.format('%d', now))
redis.call('PEXPIRE', KEYS[1], math.ceil((capacity - tokens) / rate) + 1000)
return {taken, taken == 0 and math.ceil((1 - tokens) / rate) or 0}
