import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { NewTopics } from "../../../kernel/transport/new-topics.js";

it("announces a topic once for all who come together, and again for who comes later", async () => {
  const announced: string[] = [];
  const topics = new NewTopics((topic) => announced.push(topic));
  for (let n = 0; n < 1000; n++) topics.add("");
  topics.add("stream");
  expect(announced).toEqual([]);
  await delay(100);
  expect(announced).toEqual(["", "stream"]);
  topics.add("");
  await delay(100);
  expect(announced).toEqual(["", "stream", ""]);
});

it("announces few of a flood of topics", async () => {
  const announced: string[] = [];
  const topics = new NewTopics((topic) => announced.push(topic));
  for (let n = 0; n < 10_000; n++) topics.add(`topic ${n}`);
  await delay(100);
  expect(announced.length).toBeLessThan(100);
  expect(announced[0]).toBe("topic 0");
});
