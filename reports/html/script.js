'use strict';
(() => {
  const byId = (id) => document.getElementById(id);
  const rows = Array.from(document.querySelectorAll('#table tbody tr')).map((row) => ({
    row, area: row.dataset.area, level: row.dataset.level, status: row.dataset.status, text: row.textContent.toLowerCase(),
  }));
  const text = byId('filter-text'), area = byId('filter-area'), level = byId('filter-level');
  const boxes = Array.from(document.querySelectorAll('#filters input[type=checkbox]'));

  const filter = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    let shown = 0;
    for (const r of rows) {
      const fits = wanted.has(r.status) && (!area.value || area.value === r.area) && (!level.value || level.value === r.level) &&
        words.every((word) => r.text.includes(word));
      r.row.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    byId('filter-count').textContent = shown + ' of ' + rows.length + ' requirements';
    byId('filter-none').hidden = shown > 0;
  };
  const reset = () => {
    text.value = area.value = level.value = '';
    for (const box of boxes) box.checked = true;
    filter();
  };
  byId('filters').hidden = false;
  byId('filters').addEventListener('input', filter);
  byId('filter-reset').addEventListener('click', reset);
  filter();

  // A link to a row that the filters hide would lead nowhere.
  const follow = () => {
    const row = byId(decodeURIComponent(location.hash.slice(1)));
    if (row && row.hidden) {
      reset();
      row.scrollIntoView();
    }
  };
  window.addEventListener('hashchange', follow);

  for (const button of document.querySelectorAll('.copy')) {
    button.hidden = false;
    button.addEventListener('click', async () => {
      const code = button.previousElementSibling;
      getSelection().selectAllChildren(code); // to be copied by hand where the browser does not let a page do it
      try {
        await navigator.clipboard.writeText(code.textContent);
        button.textContent = 'Copied';
      } catch {
        button.textContent = 'Selected';
      }
    });
  }

  // Paper has no way to open what is closed: the lists of the charts go with it, the logs would fill reams.
  let opened = [];
  window.addEventListener('beforeprint', () => {
    opened = Array.from(document.querySelectorAll('details.list:not([open])'));
    for (const details of opened) details.open = true;
  });
  window.addEventListener('afterprint', () => { for (const details of opened) details.open = false; });
})();
