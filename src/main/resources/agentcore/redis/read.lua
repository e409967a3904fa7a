-- Reads the entries after a position. Writes nothing, since a client may have made the position up.
-- KEYS 1 log  2 record (see publish.lua)
-- ARGV 1 2 3 epoch, seq and id of the position (id '': not compared)  4 maximum of entries
-- Returns {status, epoch, seq, id, entries} with the position of the newest entry.
local m = redis.call('HMGET', KEYS[2], 'e', 's', 'i', 'b')
local epoch, top, since, limit = m[1], tonumber(m[2] or '0'), tonumber(ARGV[2]), tonumber(ARGV[4])
if not epoch then return {'EPOCH', '', 0, '', {}} end
local id = m[3] or ''
local base = tonumber(m[4] or '0')
if ARGV[1] ~= epoch or since < base then return {'EPOCH', epoch, top, id, {}} end
if since > top then return {'AHEAD', epoch, top, id, {}} end
if ARGV[3] ~= '' and since > base then
  local at = id
  if since < top then
    local e = redis.call('XRANGE', KEYS[1], string.format('%d-0', since), string.format('%d-0', since))
    -- Without the entry its id cannot be compared.
    if #e == 0 then return {'TRIMMED', epoch, top, id, {}} end
    at = e[1][2][2]
  end
  if at ~= ARGV[3] then return {'REWRITTEN', epoch, top, id, {}} end
end
local e = redis.call('XRANGE', KEYS[1], string.format('%d-0', since + 1), string.format('%d-0', top), 'COUNT', limit)
if #e < math.min(limit, top - since) then return {'TRIMMED', epoch, top, id, {}} end
return {'OK', epoch, top, id, e}
