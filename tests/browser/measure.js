(() => {
  const found = [];
  const wide = document.documentElement.clientWidth;
  const describe = (node) => JSON.stringify(node.textContent.trim().slice(0, 60));
  const visible = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  // heads of a table whose rows are stacked on a phone: read out, not shown
  const unseen = (element) => element.closest("thead") && getComputedStyle(element.closest("thead")).clipPath !== "none";

  if (document.scrollingElement.scrollWidth > wide) {
    found.push(`the page is ${document.scrollingElement.scrollWidth} px wide on ${wide}`);
  }

  // every line of every text, with its box
  const lines = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.textContent.trim() || parent.closest("title, desc, style") || !visible(parent) || unseen(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = parent.closest("svg") ? [parent.getBoundingClientRect()] : [...range.getClientRects()];
    if (parent.matches("thead th") && !/\s/.test(node.textContent.trim()) && boxes.length > 1) {
      found.push(`broken inside a word: ${describe(node)}`);
    }
    for (const box of boxes) {
      if (box.width > 0.5 && box.height > 0.5) lines.push({ node, parent, box });
    }
  }
  if (lines.length < 5) found.push(`only ${lines.length} lines of text`);

  const scrollers = (element) => {
    const held = [];
    for (let at = element; at && at !== document.documentElement; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (!at.closest("svg") && (style.overflowX !== "visible" || style.overflowY !== "visible")) held.push([at, style]);
    }
    return held;
  };
  const seen = [];
  for (const line of lines) {
    let { left, right, top, bottom } = line.box;
    let scrolled = false;
    for (const [holder, style] of scrollers(line.parent)) {
      const frame = holder.getBoundingClientRect();
      const cut = left < frame.left - 1 || right > frame.right + 1;
      if (cut && style.overflowX === "hidden") found.push(`cut off: ${describe(line.node)}`);
      if (cut && style.overflowX !== "hidden") found.push(`must be scrolled sideways: ${describe(line.node)}`);
      if (top < frame.top - 1 || bottom > frame.bottom + 1) scrolled = true;
    }
    if (left < -0.5 || right > wide + 0.5) found.push(`runs out of the page: ${describe(line.node)} ${left}–${right}`);
    const size = parseFloat(getComputedStyle(line.parent).fontSize);
    if (size < 10.5) found.push(`too small, ${size} px: ${describe(line.node)}`);
    if (!scrolled) seen.push(line);
  }

  // no text on another, and none on a mark of a picture
  const overlap = (one, other) => {
    const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
    const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
    return across > 1.5 && down > 2.5;
  };
  seen.sort((one, other) => one.box.top - other.box.top);
  for (let i = 0; i < seen.length; i++) {
    for (let j = i + 1; j < seen.length && seen[j].box.top < seen[i].box.bottom; j++) {
      if (seen[i].node !== seen[j].node && overlap(seen[i].box, seen[j].box)) {
        found.push(`on each other: ${describe(seen[i].node)} and ${describe(seen[j].node)}`);
      }
    }
  }
  for (const svg of document.querySelectorAll("svg.chart")) {
    if (!visible(svg)) continue;
    const frame = svg.getBoundingClientRect();
    const marks = [...svg.querySelectorAll("circle, rect:not(.today), path")];
    const texts = [...svg.querySelectorAll("text")];
    for (const item of [...marks, ...texts]) {
      const box = item.getBoundingClientRect();
      if (box.left < frame.left - 4 || box.right > frame.right + 4 || box.top < frame.top - 4 || box.bottom > frame.bottom + 4) {
        found.push(`outside its picture: ${item.outerHTML.slice(0, 90)}`);
      }
    }
    for (const text of texts) {
      const words = text.getBoundingClientRect();
      for (const mark of marks) {
        if (overlap(words, mark.getBoundingClientRect())) {
          found.push(`${describe(text)} lies on ${mark.outerHTML.slice(0, 80)}`);
        }
      }
    }
    if (!svg.querySelector("title")?.textContent || !svg.querySelector("desc")?.textContent) {
      found.push(`a picture without words: ${svg.getAttribute("class")}`);
    }
  }

  // contrast as WCAG 2.2 computes it
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (colour) => {
    const [r, g, b] = rgba(colour).slice(0, 3).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (rgba(colour)[3] === 255) return colour;
    }
    return "white";
  };
  const told = new Set();
  for (const { node, parent } of lines) {
    const style = getComputedStyle(parent);
    const colour = parent.closest("svg") ? style.fill : style.color;
    const ratio = contrast(colour, ground(parent));
    if (ratio < 4.5 && !told.has(colour)) found.push(`contrast ${ratio.toFixed(2)}: ${describe(node)}`), told.add(colour);
  }
  for (const mark of document.querySelectorAll(".mark.done, .mark.skipped, .knee, .rate, .bar.kept, .bar.pain, .step")) {
    const style = getComputedStyle(mark);
    const paint = style.fill === "none" || mark.matches(".mark.skipped, .knee.unscored, .step") ? style.stroke : style.fill;
    const ratio = contrast(paint, ground(mark));
    if (ratio < 3 && !told.has(paint)) found.push(`contrast ${ratio.toFixed(2)}: ${mark.getAttribute("class")}`), told.add(paint);
  }
  return found;
})()
