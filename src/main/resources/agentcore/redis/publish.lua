-- Appends an entry to a log and publishes it to all servers, in one step.
-- KEYS 1 log (stream)  2 record (hash: e epoch, s seq and i id of the newest entry, b seq before the epoch's first,
--        t time of the newest entry with an author)
--      3 idempotency key (hash: e s i position, h digest of the text); without one, a key that never exists: while the
--        slot moves to another primary, all publishes of a group then wait alike and keep their order
-- ARGV 1 entry's id  2 text  3 maximum of entries  4 log's time to live, ms  5 record's time to live, ms
--      6 nonce for a new epoch  7 channel  8 9 10 epoch, seq and id that the server knows
--      11 idempotency key's time to live, ms (0: no key)  12 digest of the text
--      13 deadline in the time of Redis, ms: the caller has given up by then
--      14 author, '' for none  15 mentioned users, one a line  16 when it was written, ms
-- Returns {outcome, epoch, seq, id}; outcome: APPENDED, DUPLICATE, CONFLICT or LATE.
local time = redis.call('TIME')
if time[1] * 1000 + math.floor(time[2] / 1000) > tonumber(ARGV[13]) then return {'LATE', '', 0, ''} end
if ARGV[11] ~= '0' then
  local c = redis.call('HMGET', KEYS[3], 'e', 's', 'i', 'h')
  if c[1] then return {c[4] == ARGV[12] and 'DUPLICATE' or 'CONFLICT', c[1], tonumber(c[2]), c[3]} end
end
local function generation(e) return tonumber(string.match(e or '', '^(%d+)%.') or '0') end
local m = redis.call('HMGET', KEYS[2], 'e', 's', 'i', 'b')
local epoch, top, previous = m[1], tonumber(m[2] or '0'), m[3] or ''
local kepoch, kseq, kid = ARGV[8], tonumber(ARGV[9]), ARGV[10]
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local tip = #last == 1 and tonumber(string.match(last[1][1], '^(%d+)')) or 0
local tipgen = #last == 1 and generation(last[1][2][4]) or 0
-- The server knows something that contradicts Redis: the store was rolled back or emptied.
local broken = (not epoch) or tip > top or generation(epoch) < generation(kepoch)
  or (epoch == kepoch and kseq > top)
  -- It has written to another primary after this epoch had begun: others must hear of that loss too.
  or (generation(epoch) > generation(kepoch) and kseq > tonumber(m[4] or '0'))
if not broken and epoch == kepoch and kid ~= '' then
  local at = previous
  if kseq < top then
    local e = redis.call('XRANGE', KEYS[1], string.format('%d-0', kseq), string.format('%d-0', kseq))
    at = #e == 1 and e[1][2][2] or kid
  end
  broken = at ~= kid
end
if broken then
  epoch = (math.max(generation(epoch), generation(kepoch), tipgen) + 1) .. '.' .. ARGV[6]
  top = math.max(top, kseq, tip)
  previous = ''
end
local seq = top + 1
-- The log before its record: if the script fails between the two, the next one finds the tip beyond the top.
redis.call('XADD', KEYS[1], 'MAXLEN', ARGV[3], string.format('%d-0', seq), 'i', ARGV[1], 'e', epoch, 'd', ARGV[2], 'u', ARGV[14],
  'm', ARGV[15])
if broken then redis.call('HSET', KEYS[2], 'b', top) end
local written = ARGV[14] ~= '' and {'t', ARGV[16]} or {}
redis.call('HSET', KEYS[2], 'e', epoch, 's', seq, 'i', ARGV[1], unpack(written))
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('PEXPIRE', KEYS[2], ARGV[5])
if ARGV[11] ~= '0' then
  redis.call('HSET', KEYS[3], 'e', epoch, 's', seq, 'i', ARGV[1], 'h', ARGV[12])
  redis.call('PEXPIRE', KEYS[3], ARGV[11])
end
redis.call('SPUBLISH', ARGV[7], table.concat({'E', epoch, seq, previous, ARGV[1], ARGV[2]}, '\n'))
return {'APPENDED', epoch, seq, ARGV[1]}
