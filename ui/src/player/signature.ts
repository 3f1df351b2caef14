// A link's signature, apart from its address: so that a renewed link can go on where the old one ended.
const NAMES = ['Policy', 'Signature', 'Key-Pair-Id', 'Hash-Algorithm', 'Expires'];

/** By this one a link is known, taken back and counted; it stands before all others (`?l=…&`), as its policy wants it. */
const OWN = 'l';

/** The same address under the signature of another link. Playlists carry the copies that the endpoint reads, other things do not. */
export function underSignatureOf(url: string, link: string): string {
  const target = new URL(url);
  const signed = new URL(link);
  if (target.host !== signed.host) return url;
  const playlist = target.pathname.endsWith('.m3u8');
  const kept = target.search
    .slice(1)
    .split('&')
    .filter((pair) => pair && nameOf(pair) !== OWN && !NAMES.includes(nameOf(pair).replace(/^cf-/, '')));
  const pairs = signed.search.slice(1).split('&');
  const own = pairs.filter((pair) => nameOf(pair) === OWN);
  const given = pairs.filter((pair) => NAMES.includes(nameOf(pair)) || (playlist && nameOf(pair).startsWith('cf-') && NAMES.includes(nameOf(pair).slice(3))));
  target.search = [...own, ...kept, ...given].join('&');
  return target.toString();
}

function nameOf(pair: string): string {
  return pair.split('=', 1)[0] ?? '';
}

/** The folder of the generation that a rendition's playlist lies in: pictures are there. */
export function generationOf(renditionUrl: string): string {
  return new URL('..', new URL('.', renditionUrl)).toString();
}

/** A storyboard whose pictures, named beside it, carry the link's signature. */
export function signedStoryboard(text: string, folder: string, link: string): string {
  return text.replace(/^([^\s#]+)#xywh=/gm, (_, name: string) => `${underSignatureOf(new URL(name, folder).toString(), link)}#xywh=`);
}
