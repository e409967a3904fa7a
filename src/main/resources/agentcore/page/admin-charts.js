// The charts of the page: what is drawn of the server's samples, and in which units.

import { Chart, StateChart } from './chart.js';
import { rate, SPAN } from './admin-samples.js';
import { counted } from './texts.js';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

function number(value) {
  return (value < 10 ? tenths : whole).format(value);
}

function perSecond(value) {
  return `${number(value)}/s`;
}

function millis(micros) {
  return micros < 1000 ? `${(micros / 1000).toFixed(2)} ms` : `${number(micros / 1000)} ms`;
}

function bytes(value) {
  const unit = value < 1e3 ? 0 : value < 1e6 ? 1 : value < 1e9 ? 2 : 3;
  return `${number(value / 1e3 ** unit)} ${['B', 'kB', 'MB', 'GB'][unit]}`;
}

function state(value) {
  if (value < 0) return 'not reachable';
  return value === 0 ? 'reachable' : `${counted(value, 'primary', 'primaries')} away`;
}

/** Creates the charts. */
export function charts() {
  const value = (name) => (sample) => sample[name];
  return [
    new Chart('Connections', [{ label: '', measure: value('connections'), format: number }], 10, SPAN),
    new Chart(
      'Messages',
      [
        { label: 'in', measure: rate('received'), format: perSecond },
        { label: 'out', measure: rate('delivered'), format: perSecond },
      ],
      10,
      SPAN,
    ),
    new Chart(
      'Delivery lag',
      [
        { label: 'p50', measure: value('lag_p50_micros'), format: millis },
        { label: 'p99', measure: value('lag_p99_micros'), format: millis },
      ],
      1000,
      SPAN,
    ),
    new Chart('Waiting to be sent', [{ label: '', measure: value('queued_bytes'), format: bytes }], 1000, SPAN),
    new Chart('Errors sent to clients', [{ label: '', measure: rate('errors'), format: perSecond }], 1, SPAN),
    new StateChart('Message store', [{ label: '', measure: storeState, format: state }], 1, SPAN),
  ];
}

function storeState(sample) {
  return sample.store_up ? sample.store_parts_away : -1;
}
