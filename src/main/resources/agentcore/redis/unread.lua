-- Counts the entries of a log that a user has not read: those of other authors behind the mark.
-- KEYS 1 log  2 record (see publish.lua)
-- ARGV 1 user  2 3 epoch and seq of the mark; then for each author with a mark of its own: author, epoch, seq
-- Returns {epoch, seq, id of the newest entry, mentions of the user, time of the newest entry with an author, ms,
-- author, entries, author, entries, ...}
local m = redis.call('HMGET', KEYS[2], 'e', 's', 'i', 't')
if not m[1] then return {'', '0', '', '0', '0'} end
local top = tonumber(m[2])
local function generation(e) return tonumber(string.match(e, '^(%d+)%.') or '0') end
-- A mark counts for nothing in a log that was lost and has begun again, or that was rolled back.
local function seqof(epoch, seq)
  local other = (epoch ~= m[1] and generation(m[1]) <= generation(epoch)) or tonumber(seq) > top
  return other and 0 or tonumber(seq)
end
local mark, marks = seqof(ARGV[2], ARGV[3]), {}
local first = mark
for i = 4, #ARGV, 3 do
  marks[ARGV[i]] = seqof(ARGV[i + 1], ARGV[i + 2])
  first = math.min(first, marks[ARGV[i]])
end
local mentions, count, authors = 0, {}, {}
if first < top then
  local me = '\n' .. ARGV[1] .. '\n'
  for _, e in ipairs(redis.call('XRANGE', KEYS[1], string.format('%d-0', first + 1), '+')) do
    local author = e[2][8] or ''
    if author ~= '' and author ~= ARGV[1] and tonumber(string.match(e[1], '^(%d+)')) > (marks[author] or mark) then
      if not count[author] then
        count[author] = 0
        authors[#authors + 1] = author
      end
      count[author] = count[author] + 1
      if string.find(e[2][10] or '', me, 1, true) then mentions = mentions + 1 end
    end
  end
end
local reply = {m[1], m[2], m[3] or '', tostring(mentions), m[4] or '0'}
for _, author in ipairs(authors) do
  reply[#reply + 1] = author
  reply[#reply + 1] = tostring(count[author])
end
return reply
