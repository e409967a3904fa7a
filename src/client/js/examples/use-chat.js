// A React hook: the messages of a room, and a function that sends one. Create the client once, outside the components:
//
//     const client = new AgentCoreClient({ url, user });
//     const { messages, state, send } = useChat(client, 'garden');
import { useCallback, useEffect, useState } from 'react';

const MOST = 500;

/** Joins a room, and returns its newest messages. A gap is filled from the history. */
export function useChat(client, room) {
  const [messages, setMessages] = useState([]);
  const [state, setState] = useState(client.state);
  const [error, setError] = useState(null);

  useEffect(() => {
    let isMounted = true;
    const add = (more) => isMounted && setMessages((before) => merge(before, more));
    const read = () => client.history(room).then((history) => add(history.messages), (e) => isMounted && setError(e));
    const removers = [
      client.on('chat_message', (message) => message.room === room && add([message])),
      client.on('gap', (gap) => gap.room === room && read()),
      client.on('state', (change) => setState(change.state)),
    ];
    setMessages([]);
    client.connect().then(() => client.join(room)).then(read).catch((e) => isMounted && setError(e));
    return () => {
      isMounted = false;
      removers.forEach((remove) => remove());
    };
  }, [client, room]);

  const send = useCallback((text) => client.send(room, text), [client, room]);
  return { messages, state, error, send };
}

function merge(before, more) {
  const byId = new Map([...before, ...more].map((message) => [message.message_id, message]));
  return [...byId.values()].sort((one, other) => one.timestamp - other.timestamp || one.seq - other.seq).slice(-MOST);
}
