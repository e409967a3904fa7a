// Moves the keyboard focus among the authors of messages. One of them is a stop of the Tab key, as in a toolbar; the arrow
// keys lead to the others, so that Tab does not have to pass hundreds of names.

/** Connects the names of authors in an element that scrolls and can have the focus itself. */
export function connectAuthors(log) {
  const all = () => [...log.querySelectorAll('.message:not(.follows) .person')];
  const choose = (author) => {
    for (const before of log.querySelectorAll('.person[tabindex="0"]')) before.tabIndex = -1;
    if (author !== undefined) author.tabIndex = 0;
  };
  const lastInView = () => {
    const { bottom } = log.getBoundingClientRect();
    return all().findLast((author) => author.getBoundingClientRect().top < bottom);
  };
  log.addEventListener('focusin', ({ target }) => {
    if (target === log) choose(lastInView());
    else if (target.matches('.person')) choose(target);
  });
  log.addEventListener('keydown', (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step === undefined || !event.target.matches('.person')) return;
    event.preventDefault();
    const authors = all();
    authors[authors.indexOf(event.target) + step]?.focus();
  });
}
