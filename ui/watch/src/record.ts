import { address, type Link } from './link';

/** What of `video.json` a viewer sees. */
export interface VideoRecord {
  title?: string;
  state?: string;
  poster?: string;
}

/** The catalog record, or nothing: the film plays without it. */
export async function fetchRecord(link: Link): Promise<VideoRecord | undefined> {
  try {
    const answer = await fetch(address(link, 'video.json'), { cache: 'no-store', credentials: 'omit' });
    if (!answer.ok) return undefined;
    const record = (await answer.json()) as Record<string, unknown>;
    const text = (name: string) => (typeof record[name] === 'string' ? (record[name] as string) : undefined);
    const generation = typeof record.generation === 'number' ? record.generation : 1;
    return { title: text('title'), state: text('state'), poster: text('poster') ?? `${generation}/poster.jpg` };
  } catch {
    return undefined;
  }
}
