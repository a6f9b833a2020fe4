extension ReportScript {
  /// What is shown in which order, and the rows that can be seen.
  static let table = #"""
      // ---- What is shown: filters, order, the row that the keyboard is on, the open connection.

      const blank = {
        find: '', transport: '', outcome: '', problem: '', order: 'notability', up: false, open: 0,
      };
      const state = { ...blank };
      let shown = [];
      let cursor = 0;

      const haystacks = [];
      function haystack(row) {
        return haystacks[row] ??= [
          transport(row), endpoint(rows.client[row], rows.clientPort[row]), server(row),
          data.endings[rows.ending[row]], data.troubles[rows.trouble[row]],
        ].join(' ').toLowerCase();
      }

      // "#7" is a number, ":443" a port, anything else a part of what the row shows.
      function test(word) {
        const number = Number(word.slice(1));
        if (/^#\d+$/.test(word)) return row => rows.id[row] === number;
        if (/^:\d+$/.test(word)) {
          return row => rows.clientPort[row] === number || rows.serverPort[row] === number;
        }
        return row => haystack(row).includes(word);
      }

      function select() {
        const tests = state.find.toLowerCase().split(/\s+/).filter(Boolean).map(test);
        if (state.transport) tests.unshift(row => transport(row) === state.transport);
        if (state.outcome) {
          tests.unshift(row => outcome(row)[0] === state.outcome || fate(row) === state.outcome);
        }
        if (state.problem) {
          const bit = 1 << data.problems.findIndex(([key]) => key === state.problem);
          tests.unshift(row => rows.kinds[row] & bit);
        }
        const found = [];
        for (let row = 0; row < total; row++) {
          if (tests.every(test => test(row))) found.push(row);
        }
        return found;
      }

      function sort(found) {
        const { value, first } = columns.find(column => column.key === state.order) ?? columns[0];
        const sign = first === state.up ? 1 : -1;
        const values = new Float64Array(total);
        for (const row of found) values[row] = value(row);
        return found.sort((a, b) => (values[a] - values[b]) * sign || a - b);
      }

      function update() {
        const current = shown[cursor];
        shown = sort(select());
        cursor = Math.max(0, shown.indexOf(current));
        $('count').textContent = shown.length === total
          ? grouped(total) + (total === 1 ? ' connection' : ' connections')
          : grouped(shown.length) + ' of ' + grouped(total) + ' connections';
        showFilters();
        layOut();
      }

      function showFilters() {
        for (const name of ['find', 'transport', 'outcome', 'problem', 'order']) {
          if ($(name).value !== state[name]) $(name).value = state[name];
        }
        for (const head of heads.children) {
          const isOrder = head.dataset.key === state.order;
          const { first } = columns.find(column => column.key === head.dataset.key);
          head.setAttribute('aria-sort',
            !isOrder ? 'none' : first === state.up ? 'ascending' : 'descending');
        }
        for (const button of document.querySelectorAll('[data-outcome], [data-problem], [data-fate]')) {
          const { outcome, fate, problem } = button.dataset;
          const isOn = problem ? state.problem === problem : state.outcome === (outcome ?? fate);
          button.setAttribute('aria-pressed', isOn);
        }
      }

      // ---- Drawing: only the rows that can be seen exist.

      const grid = $('grid');
      const heads = $('heads');
      const body = $('rows');
      const lines = new Map();
      let height = 28;

      function element(name, role, text = '') {
        const made = document.createElement(name);
        if (role) made.setAttribute('role', role);
        made.textContent = text;
        return made;
      }

      function makeLine(place) {
        const row = shown[place];
        const line = element('div', 'row');
        line.id = 'row-' + rows.id[row];
        line.dataset.place = place;
        line.setAttribute('aria-rowindex', place + 2);
        for (const { key, text } of columns) {
          const cell = element('span', 'gridcell', text(row));
          cell.className = key;
          if (key === 'ending') {
            const swatch = element('i');
            swatch.className = 'swatch ' + outcome(row)[2];
            cell.prepend(swatch);
          }
          if (key === 'client' || key === 'server' || key === 'notability') cell.title = cell.textContent;
          line.append(cell);
        }
        return line;
      }

      function draw() {
        if (isPrinting) return;
        const from = Math.max(0, Math.floor(grid.scrollTop / height) - 8);
        const to = Math.min(shown.length, from + Math.ceil(grid.clientHeight / height) + 18);
        for (const [place, line] of lines) {
          if (place < from || place >= to) {
            line.remove();
            lines.delete(place);
          }
        }
        for (let place = from; place < to; place++) {
          let line = lines.get(place);
          if (!line) {
            line = makeLine(place);
            line.style.transform = 'translateY(' + place * height + 'px)';
            lines.set(place, line);
            body.append(line);
          }
          line.setAttribute('aria-selected', place === cursor);
        }
        const line = lines.get(cursor);
        if (line) grid.setAttribute('aria-activedescendant', line.id);
        else grid.removeAttribute('aria-activedescendant');
      }

      let isPrinting = false;
      function layOut() {
        if (isPrinting) return;
        height = parseFloat(getComputedStyle(grid).getPropertyValue('--row')) || 28;
        body.replaceChildren();
        lines.clear();
        body.style.height = shown.length * height + 'px';
        grid.setAttribute('aria-rowcount', shown.length + 1);
        draw();
      }

      let isDue = false;
      function drawSoon() {
        if (isDue) return;
        isDue = true;
        requestAnimationFrame(() => {
          isDue = false;
          draw();
        });
      }

      function moveTo(place) {
        cursor = Math.max(0, Math.min(place, shown.length - 1));
        const top = cursor * height;
        const room = grid.clientHeight - heads.offsetHeight - height;
        if (grid.scrollTop > top) grid.scrollTop = top;
        if (grid.scrollTop < top - room) grid.scrollTop = top - room;
        draw();
      }


    """#
}
