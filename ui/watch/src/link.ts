/** What stands behind `#`: which video, and the signature that opens it. Nothing of it ever reaches a server's log. */
export interface Link {
  /** `<prefix>/<video-id>`, also the key under which the last position is kept. */
  folder: string;
  /** `Policy=…&Signature=…&Key-Pair-Id=…[&Hash-Algorithm=…]` */
  query: string;
  policy: Policy;
}

/** The conditions of the link, read from its own policy: for words, not for trust. */
export interface Policy {
  ends?: number;
  opens?: number;
  network?: string;
}

const NAMES = ['Policy', 'Signature', 'Key-Pair-Id', 'Hash-Algorithm', 'Expires'];
const VALUE = /^[A-Za-z0-9_~.-]+$/;

/** The link in a page's fragment, or nothing when it was not copied whole. */
export function parseLink(fragment: string): Link | undefined {
  const [folder = '', query = ''] = plainText(fragment.replace(/^#/, '')).split(/\?(.*)/s);
  const parts = folder.split('/');
  const plain = parts.length >= 2 && parts.every((part) => /^[A-Za-z0-9._-]+$/.test(part) && !/^\.+$/.test(part));
  const pairs = query
    .split('&')
    .map((pair) => pair.split(/=(.*)/s))
    .filter(([name = '', value = '']) => NAMES.includes(name) && VALUE.test(value));
  const names = pairs.map(([name]) => name);
  const whole = ['Policy', 'Signature', 'Key-Pair-Id'].every((name) => names.includes(name));
  if (!plain || !whole) return undefined;
  const policy = pairs.find(([name]) => name === 'Policy')?.[1] ?? '';
  return { folder, query: pairs.map(([name, value]) => `${name}=${value}`).join('&'), policy: readPolicy(policy) };
}

/** Some mail programs write `~` as `%7E`. */
function plainText(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

/** The address of a file of the video. Playlists carry the signature twice: CloudFront takes its own copy off. */
export function address(link: Link, file: string): string {
  const copies = file.endsWith('.m3u8')
    ? `${link.query
        .split('&')
        .map((pair) => `cf-${pair}`)
        .join('&')}&`
    : '';
  return new URL(`/${link.folder}/${file}?${copies}${link.query}`, location.origin).href;
}

interface Document {
  Statement?: {
    Condition?: {
      DateLessThan?: { 'AWS:EpochTime'?: number };
      DateGreaterThan?: { 'AWS:EpochTime'?: number };
      IpAddress?: { 'AWS:SourceIp'?: string };
    };
  }[];
}

/** CloudFront's Base64: `+ = /` are written `- _ ~`. */
function readPolicy(text: string): Policy {
  try {
    const base64 = text.replaceAll('-', '+').replaceAll('_', '=').replaceAll('~', '/');
    const condition = (JSON.parse(atob(base64)) as Document).Statement?.[0]?.Condition;
    const network = condition?.IpAddress?.['AWS:SourceIp'];
    return {
      ends: condition?.DateLessThan?.['AWS:EpochTime'],
      opens: condition?.DateGreaterThan?.['AWS:EpochTime'],
      network: network === '0.0.0.0/0' ? undefined : network,
    };
  } catch {
    return {};
  }
}
