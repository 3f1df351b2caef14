import { address, type Link } from './link';
import { fetchRecord, type VideoRecord } from './record';

/** What is asked for before the player is here: it takes as long to come as these do. */
export interface First {
  /** The multivariant playlist, or nothing where no answer came. */
  playlist: Promise<{ status: number; text: string } | undefined>;
  record: Promise<VideoRecord | undefined>;
}

export function askFirst(link: Link): First {
  return { playlist: fetchPlaylist(link), record: fetchRecord(link) };
}

async function fetchPlaylist(link: Link): ReturnType<() => First['playlist']> {
  try {
    const answer = await fetch(address(link, 'index.m3u8'), { credentials: 'omit' });
    return { status: answer.status, text: await answer.text() };
  } catch {
    return undefined;
  }
}
