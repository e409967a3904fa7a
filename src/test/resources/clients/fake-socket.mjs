// A WebSocket connected to the model server.

/** Returns a class that replaces WebSocket. */
export function socketsOf(server, time) {
  return class FakeSocket {
    readyState = 0;
    onmessage = null;
    onclose = null;
    onerror = null;
    isDropped = false; // by the client
    transmit = () => {};
    hangUp = () => {};

    constructor(url) {
      server.open(this, url);
    }

    send(text) {
      if (this.readyState === 1) this.transmit(text);
    }

    close() {
      if (this.readyState > 1) return;
      this.readyState = 2;
      this.isDropped = true;
      this.hangUp();
      time.later(() => this.end(1000), 10);
    }

    receive(text) {
      if (this.readyState < 2) this.onmessage?.({ data: text });
    }

    /** Nothing can be sent between the end of the connection and the close event. */
    end(code, delay = 0) {
      if (this.readyState === 3) return;
      if (this.readyState < 2) this.readyState = 2;
      time.later(() => {
        if (this.readyState === 3) return;
        this.readyState = 3;
        this.onclose?.({ code, reason: '' });
      }, delay);
    }
  };
}
