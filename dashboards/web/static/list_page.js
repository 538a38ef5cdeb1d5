// A page that is nothing but lists, renewed every two seconds.

import { Connection, read, renew, repeat } from "./connection.js";

const connection = new Connection();

repeat(async () => {
  const answer = await connection.ask(location.pathname, { Accept: "text/html" });
  if (answer?.ok) renew(await read(answer));
}, 2000);
