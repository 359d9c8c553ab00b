/** A subscriber does not notice; of a thousand that come at once most share one announcement. */
const gatherMs = 5;

/** Anybody may subscribe, to anything, and each announcement goes to all subscribers. */
const topicLimit = 64;

/** Announces each topic that was subscribed to, once for all who came within a moment. */
export class NewTopics {
  readonly #announce: (topic: string) => void;
  readonly #topics = new Set<string>();

  constructor(announce: (topic: string) => void) {
    this.#announce = announce;
  }

  add(topic: string): void {
    if (this.#topics.size === 0) setTimeout(() => this.#announceAll(), gatherMs);
    if (this.#topics.size < topicLimit) this.#topics.add(topic);
  }

  #announceAll(): void {
    const topics = [...this.#topics];
    this.#topics.clear();
    for (const topic of topics) this.#announce(topic);
  }
}
