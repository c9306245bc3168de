/* Finds a site by the words of its name or place. */
class Search extends Finder {
  constructor(openSite) {
    super();
    this.openSite = openSite;
    this.haystack = page.sites.rank.map((_, i) => plain(`${cell("name", i)} ${cell("place", i)}`));
  }

  find(fits) {
    return this.haystack.flatMap((text, i) => (fits(text) ? [i] : [])).slice(0, MOST_FOUND);
  }

  told(i) {
    const words = [make("bdi", "who", cell("name", i)), make("bdi", "where", cell("place", i))];
    return { icon: markIcon(markOf(i)), words, choose: () => this.openSite(i, { focus: true, near: true }) };
  }
}
