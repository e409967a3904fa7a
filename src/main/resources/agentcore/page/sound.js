// A short sound of two notes, made by the browser.

const NOTES = [660, 880]; // hertz
const LENGTH = 0.16; // seconds
const PAUSE = 2_000; // milliseconds between two sounds

let context;
let last = -PAUSE;

/** Plays the sound, unless it was played a moment ago. Browsers permit it only after the first click or key. */
export function playSound() {
  if (navigator.userActivation?.hasBeenActive === false || performance.now() - last < PAUSE) return;
  last = performance.now();
  context ??= new AudioContext();
  context.resume();
  NOTES.forEach((frequency, index) => play(frequency, context.currentTime + index * LENGTH * 0.7));
}

function play(frequency, start) {
  const tone = new OscillatorNode(context, { type: 'sine', frequency });
  const volume = new GainNode(context, { gain: 0 });
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(0.12, start + 0.01);
  volume.gain.exponentialRampToValueAtTime(0.001, start + LENGTH);
  tone.connect(volume).connect(context.destination);
  tone.start(start);
  tone.stop(start + LENGTH);
}
