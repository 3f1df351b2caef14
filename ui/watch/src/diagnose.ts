import { address, type Link } from './link';
import type { State } from './words';

/** What stands in the way, found out by asking again and reading the answer. `undefined`: nothing does. */
export interface Finding {
  state?: State;
  /** Whether time alone may mend it. */
  passing: boolean;
}

const passing = (state: State): Finding => ({ state, passing: true });
const final = (state: State): Finding => ({ state, passing: false });

/** Asks for the playlist as the player does, and tells CloudFront's, the endpoint's and S3's refusals apart. */
export async function diagnose(link: Link): Promise<Finding> {
  const answer = await ask(address(link, 'index.m3u8'));
  if (!answer) return passing(navigator.onLine ? 'unreachable' : 'offline');
  // The server's clock decides, not the viewer's.
  const now = answer.date ?? Date.now() / 1000;
  switch (answer.status) {
    case 200:
    case 304:
      return { passing: true };
    case 403:
      return refused(link, answer.body, now);
    case 404:
      return missing(link);
    case 400:
      return final('changed');
    default:
      return passing('trouble');
  }
}

/** What CloudFront's function says, in JSON; CloudFront and S3 speak XML. */
const SAID: Record<string, Finding> = {
  taken_back: final('taken'),
  not_plain: final('changed'),
  // It could not look, so it lets nobody in.
  unsure: passing('trouble'),
};

function refused(link: Link, body: string, now: number): Finding {
  const word = /"code":\s*"(\w+)"/.exec(body)?.[1] ?? '';
  // Of before links had names: nothing happened to it on its way, and copying it once more would not help.
  if (word === 'not_plain' && !link.id) return final('withdrawn');
  if (SAID[word]) return SAID[word];
  const code = /<Code>(\w+)<\/Code>/.exec(body)?.[1] ?? '';
  if (code === 'InvalidKey') return final('withdrawn');
  if (code.startsWith('Missing') || code.startsWith('Malformed')) return final('changed');
  // The endpoint could not be called at all: its URL and API Gateway say so in JSON of their own.
  if (/^\s*\{\s*"message"/i.test(body)) return passing('trouble');
  // S3 says "Access Denied" of what is not there; CloudFront says "Access denied" of what is not allowed.
  if (body.includes('Access Denied')) return final('gone');
  const { ends, opens, network } = link.policy;
  if (ends !== undefined && now >= ends) return final('ended');
  if (opens !== undefined && now <= opens) return passing('early');
  // A laptop may be carried to the right network.
  if (network !== undefined) return passing('network');
  return final('changed');
}

/** No playlist yet, or no film: the record beside it knows. */
async function missing(link: Link): Promise<Finding> {
  const answer = await ask(address(link, 'video.json'));
  if (!answer) return passing(navigator.onLine ? 'unreachable' : 'offline');
  return answer.status === 200 ? passing('publishing') : final('gone');
}

async function ask(url: string): Promise<{ status: number; body: string; date?: number } | undefined> {
  try {
    const answer = await fetch(url, { cache: 'no-store', credentials: 'omit', signal: timeout(15_000) });
    const date = Date.parse(answer.headers.get('date') ?? '') / 1000;
    return { status: answer.status, body: await answer.text(), date: Number.isFinite(date) ? date : undefined };
  } catch {
    return undefined;
  }
}

function timeout(after: number): AbortSignal {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), after);
  return stop.signal;
}
