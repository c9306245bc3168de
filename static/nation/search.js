/* Finds a site by the words of its name or place; every site is read once, when it is first used. */
class Search extends Finder {
  constructor(store, openSite) {
    super();
    Object.assign(this, { store, openSite });
  }

  gather() {
    this.all ??= this.store.everything().then((marks) => {
      this.sites = marks;
      this.texts = marks.map((mark) => plain(`${mark.m} ${placeOf(mark)}`));
      if (document.activeElement === this.input) this.look();
    });
    return this.all;
  }

  find(fits) {
    if (!this.sites) return null;
    const found = [];
    for (let k = 0; k < this.texts.length && found.length < MOST_FOUND; k += 1) {
      if (fits(this.texts[k])) found.push(this.sites[k]);
    }
    return found;
  }

  told(mark) {
    const where = make("span", "where", `${say("rank")} ${count(mark.r)} · `);
    where.append(make("bdi", "", placeOf(mark)));
    const icon = markIcon({ band: scoreClass(mark.c), first: isFirst(mark), label: "" });
    return { icon, words: [make("bdi", "who", mark.m), where], choose: () => this.openSite(mark) };
  }
}
