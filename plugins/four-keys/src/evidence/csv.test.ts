import { CHANGE_ROWS, OPEN_INCIDENT } from '../fixtures';
import { evidenceCsv } from './csv';

describe('evidence as CSV', () => {
  it('has a line for every row and a column for every detail', () => {
    expect(evidenceCsv([CHANGE_ROWS[0], OPEN_INCIDENT]).split('\r\n')).toEqual([
      'kind,service,environment,id,at,value,left_out,deployment,lowerBound,title,url,severity,linkMethod,linkDeployment',
      'change,checkout,production,0123456789abcdef0123456789abcdef01234567,2026-05-29T12:00:00.000Z,15120,,d-42,false,,,,,',
      'incident,checkout,production,INC-7,2026-05-28T12:00:00.000Z,,still_open,,,Checkout is slow,https://incidents.example.com/INC-7,high,window,d-41',
      '',
    ]);
  });

  it('quotes what would break a line, and disarms what a spreadsheet would run', () => {
    const titles = [
      'a, "b"\nc',
      '=HYPERLINK("http://evil.example.com")',
      '-1+cmd',
    ];
    const rows = titles.map(title => ({
      ...OPEN_INCIDENT,
      details: { title },
    }));
    const text = evidenceCsv(rows);
    expect(text).toContain('"a, ""b""\nc"');
    expect(text).toContain(`"'=HYPERLINK(""http://evil.example.com"")"`);
    expect(text).toContain(`,'-1+cmd\r\n`);
  });
});
