// Finds the end of a web address in a text, and decides whether it may become a link.

/** White space, control characters, quotes, and invisible characters that change the direction of writing. */
const END = /[\s<>"`\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff“”„«»「」『』（）【】《》。、，！？；：]/g;
const PUNCTUATION = ".,:;!?'’…*|([{";
const OPENING = { ')': '(', ']': '[', '}': '{' };

/**
 * Returns the address that begins at a position, and its `href`, which is empty if it must not be a link. Punctuation at
 * the end does not belong to the address, and a closing bracket only if the address contains the opening one.
 */
export function linkAt(text, at) {
  const end = new RegExp(END);
  end.lastIndex = at;
  const all = text.slice(at, end.exec(text)?.index);
  const link = withoutPunctuation(all);
  const href = hrefOf(link);
  return { text: href === '' ? all : link, href };
}

function withoutPunctuation(link) {
  const surplus = { ')': 0, ']': 0, '}': 0 }; // closing brackets without an opening one
  for (const [closing, opening] of Object.entries(OPENING)) {
    for (const character of link) {
      if (character === closing) surplus[closing]++;
      if (character === opening) surplus[closing]--;
    }
  }
  let end = link.length;
  for (; end > 0; end--) {
    const last = link[end - 1];
    const isSurplus = surplus[last] > 0;
    if (!PUNCTUATION.includes(last) && !isSurplus) break;
    if (isSurplus) surplus[last]--;
    const closing = Object.keys(OPENING).find((bracket) => OPENING[bracket] === last);
    if (closing !== undefined) surplus[closing]++;
  }
  return link.slice(0, end);
}

/** An address with a user name or a password is not a link, because it looks like that of another host. */
function hrefOf(link) {
  try {
    const { protocol, hostname, username, password, href } = new URL(link);
    const isWeb = protocol === 'https:' || protocol === 'http:';
    return isWeb && hostname !== '' && username === '' && password === '' ? href : '';
  } catch {
    return '';
  }
}
