// Keeps the page in the part of the window that a keyboard on the screen leaves free. Chromium and Firefox shrink the page
// by themselves, as index.html asks them to; Safari lays the keyboard over the page, and scrolls it.

const view = window.visualViewport;

function fit() {
  const isZoomed = view.scale > 1.01; // then the user moves the view
  const isCovered = !isZoomed && view.height < window.innerHeight - 1;
  document.documentElement.style.setProperty('--height', isCovered ? `${view.height}px` : '100dvh');
  if (isCovered) window.scrollTo(0, 0);
}

if (view) {
  view.addEventListener('resize', fit);
  view.addEventListener('scroll', fit);
}
