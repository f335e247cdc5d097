// A broker on two free loopback ports, MQTT and MQTT over websockets. Says {"mqtt": port, "ws": port} on stdout.
// argv: JSON {"mqtt": port or 0, "ws": port or 0, "users": {"name": "password"}, "deaf": ["name who may not read"]}.
const { Aedes } = require("aedes");
const { createServer } = require("node:net");
const http = require("node:http");
const { WebSocketServer, createWebSocketStream } = require("ws");

const asked = JSON.parse(process.argv[2]);

Aedes.createBroker({
  authenticate: (client, username, password, done) => {
    client.user = username;
    const known = username in asked.users && String(password) === asked.users[username];
    done(known ? null : Object.assign(new Error("no"), { returnCode: 4 }), known);
  },
  authorizeSubscribe: (client, subscription, done) =>
    done(null, asked.deaf.includes(client.user) ? null : subscription),
}).then((broker) => {
  const plain = createServer(broker.handle);
  const web = http.createServer();
  new WebSocketServer({ server: web, path: "/mqtt" }).on("connection", (socket, request) =>
    broker.handle(createWebSocketStream(socket), request));
  plain.listen(asked.mqtt, "127.0.0.1", () =>
    web.listen(asked.ws, "127.0.0.1", () =>
      console.log(JSON.stringify({ mqtt: plain.address().port, ws: web.address().port }))));
});
