// A small chart of values over time, drawn as SVG. Its text says the current values, for those who do not see it.

import { el } from './dom.js';
import { exactTime } from './texts.js';

const WIDTH = 900;
const HEIGHT = 100;

function svg(tag, attributes, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Returns the least of 1, 2, 5, 10, 20, 50, ... that is not below a value. */
function roundedUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value);
}

/** Returns the runs of points whose values are known and follow each other. */
function runs(points) {
  const found = [];
  let run = [];
  for (const point of points) {
    if (point.since === null || point.value === null) run = [];
    if (point.value === null) continue;
    if (run.length === 0) found.push(run);
    run.push(point);
  }
  return found;
}

/**
 * A value over time.
 *
 * @typedef {object} Series
 * @property {string} label
 * @property {(sample: object, before: object | null) => number | null} measure as for `Samples.values`
 * @property {(value: number) => string} format
 */

export class Chart {
  #title;
  #series;
  #atLeast;
  #span;
  #points = [];
  #end = 0;
  #shapes;
  #labels;
  #picture;
  #cursor = svg('path', { class: 'cursor' });
  #top = el('span', { class: 'top' });
  #time = el('span');

  /**
   * @param {string} title
   * @param {Series[]} series
   * @param {number} atLeast the value at the top, unless there are higher ones
   * @param {number} span seconds from left to right
   */
  constructor(title, series, atLeast, span) {
    this.#title = title;
    this.#series = series;
    this.#atLeast = atLeast;
    this.#span = span;
    this.#shapes = this.shapes(series);
    this.#labels = series.map(() => el('strong', {}, '–'));
    this.#picture = svg(
      'svg',
      { role: 'img', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none' },
      svg('path', { class: 'grid', d: `M0 0H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT}H${WIDTH}` }),
      ...this.#shapes,
      this.#cursor,
    );
    this.#picture.addEventListener('pointermove', ({ clientX }) => {
      const { left, width } = this.#picture.getBoundingClientRect();
      this.#point((clientX - left) / width);
    });
    this.#picture.addEventListener('pointerleave', () => this.#point(1));
    this.element = this.#figure();
  }

  #figure() {
    const legend = this.#series.map(({ label }, index) =>
      el('span', { class: `series series-${index}` }, el('span', { class: 'swatch' }), label, this.#labels[index]),
    );
    return el(
      'figure',
      { class: 'chart' },
      el('figcaption', {}, el('h3', {}, this.#title), el('span', { class: 'legend', 'aria-hidden': 'true' }, ...legend)),
      el('div', { class: 'plot' }, this.#picture, this.#top),
      el('div', { class: 'axis', 'aria-hidden': 'true' }, el('span', {}, `${this.#span / 60} min ago`), this.#time),
    );
  }

  /** Creates the shapes that {@link paint} draws. */
  shapes(series) {
    const kinds = series.flatMap((_, index) => [`line series-${index}`, `points series-${index}`]);
    return ['area', ...kinds].map((kind) => svg('path', { class: kind }));
  }

  /** Draws the points of each series: as lines, or as dots where nothing is known before and after. */
  paint([area, ...shapes], points, { x, y }) {
    const drawn = points.map((each) => runs(each).map((run) => run.map(({ time, value }) => `${x(time)} ${y(value)}`)));
    drawn.forEach((lines, index) => {
      shapes[2 * index].setAttribute('d', lines.map((run) => `M${run.join('L')}`).join(''));
      shapes[2 * index + 1].setAttribute('d', lines.filter((run) => run.length === 1).map(([point]) => `M${point}h.01`).join(''));
    });
    const below = runs(points[0]).map((run, index) => `M${x(run[0].time)} ${HEIGHT}L${drawn[0][index].join('L')}V${HEIGHT}Z`);
    area.setAttribute('d', below.join(''));
  }

  /** Returns what is written at the top of the scale. */
  scale(top) {
    return top;
  }

  /** Draws the values of these samples. */
  draw(samples) {
    this.#points = this.#series.map(({ measure }) => samples.values(measure));
    this.#end = samples.end;
    const values = this.#points.flatMap((points) => points.map(({ value }) => value ?? 0));
    const top = roundedUp(Math.max(this.#atLeast, ...values));
    this.#top.textContent = this.scale(this.#series[0].format(top));
    const x = (time) => this.#x(time);
    const y = (value) => (HEIGHT * (1 - value / top)).toFixed(1);
    this.paint(this.#shapes, this.#points, { x, y });
    this.#point(1);
    this.#picture.setAttribute('aria-label', `${this.#title}: ${this.summary(this.#series, this.#points)}.`);
  }

  /** Says what the chart shows. */
  summary(series, points) {
    const each = series.map(({ label, format }, index) => {
      const known = points[index].map(({ value }) => value).filter((value) => value !== null);
      const now = points[index].at(-1)?.value ?? null;
      const highest = known.length === 0 ? '' : `, at most ${format(Math.max(...known))} in ${this.#span / 60} minutes`;
      return `${label} ${now === null ? 'not known' : format(now)}${highest}`.trim();
    });
    return each.join('; ');
  }

  #x(time) {
    return (WIDTH * (1 - (this.#end - time) / this.#span)).toFixed(1);
  }

  /** Shows the values at a place from 0 (left) to 1 (right). */
  #point(place) {
    const wanted = this.#end - this.#span * (1 - place);
    const points = this.#points[0] ?? [];
    const distance = ({ time }) => Math.abs(time - wanted);
    const index = points.reduce((best, point, at) => (distance(point) < distance(points[best]) ? at : best), 0);
    const isNow = index >= points.length - 1;
    this.#series.forEach(({ format }, at) => {
      const value = this.#points[at]?.[index]?.value ?? null;
      this.#labels[at].textContent = value === null ? '–' : format(value);
    });
    this.#cursor.setAttribute('d', isNow ? '' : `M${this.#x(points[index].time)} 0V${HEIGHT}`);
    this.#time.textContent = isNow ? 'now' : exactTime(points[index].time * 1000);
  }
}

/** A chart of a state: 0 is good, more is worse, less than 0 is the worst. The worse, the higher the bar. */
export class StateChart extends Chart {
  /** @override */
  shapes() {
    return ['good', 'poor', 'bad'].map((state) => svg('path', { class: `state ${state}` }));
  }

  /** @override */
  paint(shapes, [points], { x }) {
    const isIn = [(value) => value === 0, (value) => value > 0, (value) => value < 0];
    shapes.forEach((shape, index) => {
      const height = [0.15, 0.5, 1][index] * HEIGHT;
      const bars = points
        .filter(({ since, value }) => since !== null && isIn[index](value))
        .map(({ time, since }) => `M${x(since)} ${HEIGHT}v${-height}H${x(time)}V${HEIGHT}Z`);
      shape.setAttribute('d', bars.join(''));
    });
  }

  /** @override */
  scale() {
    return '';
  }

  /** @override */
  summary([{ format }], [points]) {
    return points.length === 0 ? 'not known' : format(points.at(-1).value);
  }
}
