// The list of lots, renewed every two seconds.

import { Connection, read, renew, repeat } from "./connection.js";

const connection = new Connection();

repeat(async () => {
  const answer = await connection.ask("/");
  if (answer?.ok) renew(await read(answer));
}, 2000);
