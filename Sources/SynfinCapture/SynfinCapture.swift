internal import SynfinWire
