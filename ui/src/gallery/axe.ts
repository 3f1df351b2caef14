import axeCore from 'axe-core';

/** Accessibility faults of a part of a page; colours need a real browser and are judged there. */
export async function axe(container: Element): Promise<string[]> {
  const { violations } = await axeCore.run(container, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'], rules: { 'color-contrast': { enabled: false } } });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}
