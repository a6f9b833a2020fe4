/// The script of the page: fills the table, filters and sorts it, opens connections.
///
/// It makes text nodes, never markup: the page's policy forbids it anything else. It is one function, whose parts stand
/// in three files.
enum ReportScript {
  static let source = columns + table + detail

  /// The data, the texts made of them, and the table's columns; the function begins here.
  private static let columns = #"""

    'use strict';
    (() => {
      const $ = id => document.getElementById(id);
      const data = JSON.parse($('data').textContent);
      const rows = data.rows;
      const total = rows.transport.length;

      // ---- The columns as they come: differences are summed up, letters looked up.

      for (const name of ['id', 'start']) {
        let sum = 0;
        rows[name] = rows[name].map(difference => sum += difference);
      }
      const transports = { t: 'tcp', u: 'udp', i: 'icmp' };
      const transport = row => transports[rows.transport[row]];
      const outcome = row => data.outcomes[rows.outcome.charCodeAt(row) - 97];
      const fate = row => data.fates[rows.fate.charCodeAt(row) - 48][0];
      const services = new Map(data.services.map(([transport, port, name]) => [transport + port, name]));
      const placeOf = new Map(rows.id.map((id, row) => [id, row]));

      // ---- Texts, as the program writes them elsewhere.

      const grouped = number => number.toLocaleString('en-US');

      function bytes(value) {
        if (value < 1000) return value + ' B';
        let unit = 1000;
        const names = ['kB', 'MB', 'GB', 'TB', 'PB'];
        while (value >= unit * 999.5 && names.length > 1) {
          unit *= 1000;
          names.shift();
        }
        if (value / unit >= 100) return Math.floor((value + unit / 2) / unit) + ' ' + names[0];
        return Math.floor((value + unit / 20) / (unit / 10)) / 10 + ' ' + names[0];
      }

      function duration(value) {
        if (value === 0) return '0 s';
        if (value < 1000) return value + ' ns';
        for (const [unit, name, limit, decimals] of
          [[1e3, ' µs', 1000, 10], [1e6, ' ms', 1000, 10], [1e9, ' s', 60, 60]]) {
          const tenths = Math.floor((value + unit / 20) / (unit / 10));
          const whole = Math.floor((value + unit / 2) / unit);
          if (tenths < decimals * 10) return Math.floor(tenths / 10) + '.' + tenths % 10 + name;
          if (whole < limit) return whole + name;
        }
        const seconds = Math.floor((value + 5e8) / 1e9);
        const [large, largeName, small, smallName] = seconds >= 86400 ? [86400, ' d', 3600, ' h']
          : seconds >= 3600 ? [3600, ' h', 60, ' min'] : [60, ' min', 1, ' s'];
        const rest = Math.floor(seconds % large / small);
        return Math.floor(seconds / large) + largeName + (rest ? ' ' + rest + smallName : '');
      }

      function endpoint(host, port) {
        const address = data.hosts[host];
        if (port < 0) return address;
        return (address.includes(':') ? '[' + address + ']' : address) + ':' + port;
      }

      function server(row) {
        const text = endpoint(rows.server[row], rows.serverPort[row]);
        const name = services.get(transport(row) + rows.serverPort[row]);
        return name ? text + ' ' + name : text;
      }

      function start(row) {
        const since = Math.floor((data.originRest + rows.start[row]) / 1e6);
        const text = new Date(data.origin + since + data.zoneOffset * 1000).toISOString();
        return text.slice(data.spansDays ? 5 : 11, 23).replace('T', ' ');
      }

      // ---- The table's columns. `first` says whether the largest come first.

      const address = (host, port) => row => rows[host][row] * 65537 + rows[port][row];
      const column = (key, label, text, first = false, value = row => rows[key][row]) =>
        ({ key, label, text, first, value });
      const columns = [
        column('id', '#', row => String(rows.id[row])),
        column('transport', 'proto', row => transport(row).toUpperCase(), false,
          row => rows.transport.charCodeAt(row)),
        column('client', 'client', row => endpoint(rows.client[row], rows.clientPort[row]), false,
          address('client', 'clientPort')),
        column('server', 'server', server, false, address('server', 'serverPort')),
        column('start', 'start', start),
        column('roundTrip', 'RTT', row => rows.roundTrip[row] < 0 ? '' : duration(rows.roundTrip[row]),
          true),
        column('sent', 'sent', row => bytes(rows.sent[row]), true),
        column('received', 'received', row => bytes(rows.received[row]), true),
        column('packets', 'packets', row => grouped(rows.packets[row]), true),
        column('retransmissions', 'resent',
          row => rows.retransmissions[row] ? grouped(rows.retransmissions[row]) : '', true),
        column('duration', 'lasted',
          row => rows.packets[row] < 2 ? '' : duration(rows.duration[row]), true),
        column('ending', 'outcome', row => data.endings[rows.ending[row]]),
        column('notability', 'problems', row => data.troubles[rows.trouble[row]], true),
      ];


    """#
}
