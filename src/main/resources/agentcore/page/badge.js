// The icon of the tab, with the number of unread messages. It is drawn as a data: address, without a request.

const icon = document.querySelector('link[rel=icon]');
const plain = icon.href;

let shown = '';

/** Shows the number of unread messages in the icon; zero shows the icon alone. */
export function drawBadge(unread) {
  const label = unread > 9 ? '9+' : unread > 0 ? `${unread}` : '';
  if (label === shown) return;
  shown = label;
  icon.href = label === '' ? plain : `data:image/svg+xml,${encodeURIComponent(picture(label))}`;
}

function picture(label) {
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32" viewBox="0 0 32 32">' +
    '<path fill="#1f6f63" d="M16 3C8.3 3 2 8.2 2 14.7c0 3.9 2.3 7.3 5.8 9.4L6.6 29l6-3.1c1.1.2 2.2.3 3.4.3 7.7 0 14-5.2 14-11.5S23.7 3 16 3z"/>' +
    '<circle cx="21" cy="21" r="11" fill="#b3261e"/>' +
    `<text x="21" y="27" font-family="sans-serif" font-size="${label.length > 1 ? 14 : 17}" font-weight="bold" text-anchor="middle" fill="#fff">${label}</text>` +
    '</svg>'
  );
}
